"""Taking the story in with a real browser: three copies of one text, a fourth that was altered, and a hostile one."""

from __future__ import annotations

from selenium.webdriver.common.by import By

from claims.models import Anchor, Article, ArticleVersion, Capture
from claims.vocabulary import Role
from factcheck.environment import BASE_DIR
from tests import factories
from tests.browser.person import PASSWORD, Person

STORY = BASE_DIR / "fixtures" / "story" / "captures"
HOSTILE = """<html><head><title>Rents rose</title><script>document.title = "taken"</script></head>
<body onload="document.title = 'taken'"><article><h1>Rents rose</h1>
<p>Rents in the city rose by 12 per cent in 2024 <img src="https://evil.example/1.png" onerror="alert(1)"></p>
<p>&lt;img src="https://evil.example/2.png" onerror="document.title = 'taken'"&gt; The mayor called it wrong.</p>
<p>&lt;script&gt;document.title = "taken"&lt;/script&gt; The register of rents will be published in June 2025.</p>
<p>&lt;/textarea&gt;&lt;script&gt;document.title = "taken"&lt;/script&gt; It holds every rent of 2024.</p>
<iframe src="https://evil.example/3"></iframe></article></body></html>"""


def paste(person: Person, copy: str) -> None:
    """Puts the words into the field at once, as pasting does, and hands the form in."""
    person.go("/desk/articles/")
    person.follow("Take in an article")
    field = person.find('[name="pasted"]')
    person.browser.execute_script("arguments[0].value = arguments[1]", field, copy)
    person.press("Take in")


def test_three_copies_are_one_text_and_a_fourth_shows_what_was_altered(person: Person) -> None:
    desk = factories.Desk(
        researcher=factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD),
        editor=factories.make_user(Role.EDITOR),
        second_editor=factories.make_user(Role.EDITOR),
        chief=factories.make_user(Role.CHIEF),
        auditor=factories.make_user(Role.AUDITOR),
    )
    copies = [(STORY / f"{number}.txt").read_text("utf-8") for number in (1, 2, 3)]
    person.log_in("researcher")

    paste(person, copies[0])
    assert person.sees("A new article.")
    for words in ("Image attributes", "width=”2015″", "Caption", "Ink Drop – shutterstock.com"):
        assert person.sees(words)
    person.press("Confirm the text")
    assert person.sees("The text is confirmed.")
    assert person.sees("Worth a check")
    assert person.sees("gives a number that can be compared")
    assert person.sees("passes on what somebody claims")

    for copy in copies[1:]:
        paste(person, copy)
        assert person.sees("A further copy of a text that is here already.")
        assert person.sees("KI-Wettlauf zwischen USA und China verschärft sich")
    version = ArticleVersion.objects.get()
    assert (Article.objects.count(), version.captures.count()) == (1, 3)

    passages = {
        "changed": "um 90 bis 95 Prozent kosteneffizienter als OpenAI o1 sein soll",
        "lost": "Am 18. März stellte Tencent neue KI-Tools vor",
        "moved": "einer 500 Milliarden Dollar schweren KI-Infrastrukturinitiative",
    }
    claims = {
        state: factories.inbox_claim(
            desk, version=version, passages=[factories.passage(version, words)], assignee=desk.researcher
        )
        for state, words in passages.items()
    }
    lost = next(each["text"] for each in version.analysis if passages["lost"] in each["text"])
    assert lost in copies[2]
    paste(person, copies[2].replace("90 bis 95 Prozent", "80 bis 95 Prozent").replace(lost, ""))
    assert person.sees("A new version of an article that is here already.")
    assert {state: Anchor.objects.get(quotation__claim=claim).state for state, claim in claims.items()} == {
        state: state for state in claims
    }

    person.go("/desk/")
    assert person.sees("Altered by the outlet")
    changed = ArticleVersion.objects.get(number=2)
    person.go(f"/desk/articles/{changed.article_id}/?version=2&against=1")
    assert person.sees("2 quotations were altered")
    assert person.sees("One quotation stands word for word")
    assert "80" in person.all(".diff ins")

    person.follow("Go through them one by one")
    assert person.sees("1 of 2")
    assert person.sees("80 bis 95 Prozent")
    person.press("It stands here")
    assert person.sees("Nothing like it was found in this version.")
    person.press("It is gone")
    assert person.sees("Everything is decided")
    person.go("/desk/")
    assert person.misses("Altered by the outlet")


def test_nothing_of_a_hostile_page_runs_or_is_asked_for(person: Person) -> None:
    """The fixture `browser` fails as well when a page only tried."""
    factories.make_user(Role.EDITOR, "editor", password=PASSWORD)
    person.log_in("editor")

    paste(person, HOSTILE)

    capture = Capture.objects.get()
    assert capture.version is not None
    article = f"/desk/articles/{capture.version.article_id}/"
    for where in (f"{article}captures/{capture.pk}/", f"{article}versions/1/mend/", article):
        person.go(where)
        asked = person.browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
        assert "taken" not in person.browser.title
        assert [address for address in asked if not address.startswith(person.server)] == []
        assert not person.browser.find_elements(By.CSS_SELECTOR, "main img, main iframe, main script, [onerror]")
    assert person.sees("onerror=")
