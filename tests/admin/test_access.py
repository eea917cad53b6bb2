"""Who sees and changes what in the admin: a role at the desk opens the door, the desk's rules decide the rest."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from claims.models import LedgerEntry, Publication, RatingScale
from claims.vocabulary import Role, Status
from tests import factories
from tests.admin.helpers import as_user, change, changelist, form_in, opened, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def addresses(desk: factories.Desk) -> dict[str, str]:
    """A page of every kind."""
    claim = factories.published_claim(desk)
    article = claim.quotations.get().version.article
    source = claim.evidence.first().source
    entry = LedgerEntry.objects.latest("pk")
    publication = Publication.objects.get()
    request = factories.make_request(desk.researcher, claim)
    member = factories.make_member(desk.chief)
    records = [claim, article, article.outlet, claim.speaker, source, RatingScale.objects.first(), request, member,
               entry, publication.check_page, publication]  # fmt: skip
    found = {
        "index": reverse("admin:index"),
        "claim history": f"/admin/claims/claim/{claim.pk}/history/",
        "users": reverse("admin:auth_user_changelist"),
        "user": reverse("admin:auth_user_change", args=[desk.auditor.pk]),
        "new user": reverse("admin:auth_user_add"),
        "password": reverse("admin:auth_user_password_change", args=[desk.auditor.pk]),
    }
    for record in records:
        model = record._meta.model_name
        found |= {f"{model} list": changelist(model), model: change(record)}
        found[f"new {model}"] = reverse(f"admin:claims_{model}_add")
        found[f"delete {model}"] = reverse(f"admin:claims_{model}_delete", args=[record.pk])
    return found


READ = [
    "index", "claim history", "claim list", "claim", "article list", "article", "outlet list", "outlet",
    "speaker list", "speaker", "source list", "source", "ratingscale list", "ratingscale", "ledgerentry list",
    "ledgerentry", "check list", "check", "publication list", "publication", "replyrequest list", "replyrequest",
    "member list", "member",
]  # fmt: skip
NEW = ["new outlet", "new speaker", "new source"]
NEVER = [
    "new replyrequest", "delete replyrequest", "new member", "delete member",
    "new claim", "new article", "new ledgerentry", "new check", "new publication", "delete claim", "delete article",
    "delete outlet", "delete speaker", "delete source", "delete ratingscale", "delete ledgerentry", "delete check",
    "delete publication",
]  # fmt: skip

# role -> page -> status: everybody at the desk reads, nobody deletes, accounts and scales are the chief's
TABLE = {
    Role.RESEARCHER: {
        **dict.fromkeys([*READ, *NEW], 200),
        **dict.fromkeys([*NEVER, "new ratingscale", "users", "user", "new user", "password"], 403),
    },
    Role.EDITOR: {
        **dict.fromkeys([*READ, *NEW], 200),
        **dict.fromkeys([*NEVER, "new ratingscale", "users", "user", "new user", "password"], 403),
    },
    Role.CHIEF: {
        **dict.fromkeys([*READ, *NEW, "new ratingscale", "users", "user", "new user", "password"], 200),
        **dict.fromkeys(NEVER, 403),
    },
    Role.AUDITOR: {
        **dict.fromkeys([*READ, "users", "user"], 200),
        **dict.fromkeys([*NEVER, *NEW, "new ratingscale", "new user", "password"], 403),
    },
    None: dict.fromkeys([*READ, *NEW, *NEVER, "new ratingscale", "users", "user", "new user", "password"], 404),
}


@pytest.mark.parametrize("role", TABLE, ids=[str(role) for role in TABLE])
def test_every_page_for_every_role(desk: factories.Desk, addresses: dict[str, str], role: Role | None) -> None:
    client = as_user(getattr(desk, role.value) if role else factories.make_user(is_staff=True))
    found = {name: client.get(address).status_code for name, address in addresses.items()}
    assert found == TABLE[role]


def test_the_table_knows_every_model(desk: factories.Desk, addresses: dict[str, str]) -> None:
    models = {model._meta.model_name for model in site._registry}
    assert models == {
        "user", "claim", "article", "outlet", "speaker", "source", "ratingscale", "ledgerentry", "check",
        "replyrequest", "publication", "withholding", "member",
    }  # fmt: skip


def test_strangers_are_sent_to_the_one_login(desk: factories.Desk, addresses: dict[str, str]) -> None:
    for address in addresses.values():
        answer = Client().get(address, follow=True)
        assert answer.redirect_chain[-1][0] == f"/accounts/login/?next={address}"
    answer = Client().get("/admin/login/?next=//evil.example.org/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=//evil")
    assert Client().get("/admin/no/such/page/").status_code == 302


def test_what_is_sent_after_the_login_ended_is_not_lost(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    answer = Client().post(
        change(claim), {"opened_at": "1", "texts.en.why": "An hour <b> of work", "password1": "secret"}
    )
    assert answer.status_code == 401
    assert "An hour &lt;b&gt; of work" in text(answer)
    assert "secret" not in text(answer)
    assert claim.ledger.count() == 3


def test_staff_and_model_permissions_open_nothing(desk: factories.Desk) -> None:
    from django.contrib.auth.models import Permission

    user = factories.make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    assert as_user(user).get("/admin/").status_code == 404
    gone = factories.make_user(Role.EDITOR, is_active=False)
    assert as_user(gone).get("/admin/").status_code == 302


def test_a_superuser_is_a_chief_and_no_more(desk: factories.Desk) -> None:
    client = as_user(User.objects.create_superuser("root"))
    claim = factories.published_claim(desk)
    assert client.get(changelist()).status_code == 200
    assert client.get(f"/admin/claims/claim/{claim.pk}/delete/").status_code == 403
    assert client.get(reverse("admin:auth_user_delete", args=[desk.editor.pk])).status_code == 403
    assert client.post(change(LedgerEntry.objects.first()), {"action": "edit"}).status_code == 403


def test_an_auditor_reads_everything_and_posts_nothing(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.auditor)
    page = client.get(change(claim))
    assert "Rents rose, but by less" in text(page)
    assert set(form_in(page)) <= {"csrfmiddlewaretoken", *(n for n in form_in(page) if n.endswith("_FORMS"))}
    assert 'name="_save"' not in text(page)
    assert "New evidence" not in text(page)
    form = opened(as_user(desk.editor), claim)
    answer = client.post(change(claim), form)
    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)
    answer = client.post(changelist(), {"action": "accept", "_selected_action": [claim.pk]})
    assert claim.ledger.count() == 3
    assert 'value="accept"' not in text(client.get(changelist()))


def test_written_records_say_why_they_are_not_changed(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    for record in (claim.ledger.first(), claim.check_page, claim.check_page.current):
        answer = as_user(desk.chief).post(change(record), {})
        assert answer.status_code == 403
        assert "This is written by what people do at the desk, and never by hand." in text(answer)


@pytest.mark.parametrize("model", list(site._registry), ids=lambda model: model.__name__)
def test_nothing_can_be_deleted(desk: factories.Desk, model: type[Model]) -> None:
    request = type("Request", (), {"user": desk.chief, "GET": {}})()
    admin = site._registry[model]
    assert not admin.has_delete_permission(request)
    assert "delete_selected" not in admin.get_actions(request)


def test_logging_out_is_the_sites(desk: factories.Desk) -> None:
    assert as_user(desk.editor).post("/admin/logout/").headers["location"] == "/"


def test_a_logged_in_person_is_not_sent_round_by_the_login(desk: factories.Desk) -> None:
    assert as_user(desk.editor).get("/admin/login/?next=//evil.example.org/").headers["location"] == "/admin/"


def test_the_chief_makes_people_and_gives_roles(desk: factories.Desk) -> None:
    client = as_user(desk.chief)
    values = {"username": "new", "usable_password": "false", "password1": "", "password2": ""}
    answer = client.post(reverse("admin:auth_user_add"), values)
    user = User.objects.get(username="new")
    page = reverse("admin:auth_user_change", args=[user.pk])
    assert answer.headers["location"] == page
    assert "Head of desk" in text(client.get(page))
    group = str(User.objects.get(pk=desk.editor.pk).groups.get().pk)
    values = {"username": "new", "is_active": "on", "groups": [group], "is_superuser": "on", "is_staff": "on",
              "user_permissions": ["1"]}  # fmt: skip
    assert client.post(page, values).status_code == 302
    user.refresh_from_db()
    assert [one.name for one in user.groups.all()] == ["editor"]
    assert (user.is_superuser, user.is_staff) == (False, False)
    assert not user.user_permissions.exists()


def test_the_systems_own_account_is_nobodys(desk: factories.Desk) -> None:
    system = User.objects.get(username="system")
    page = reverse("admin:auth_user_change", args=[system.pk])
    assert as_user(desk.chief).post(page, {"username": "me", "is_active": "on"}).status_code == 403
    shown = text(as_user(desk.auditor).get(page))
    assert "password" not in shown.partition('id="user_form"')[2]


@pytest.mark.parametrize("status", list(Status))
def test_a_claims_page_opens_in_every_status(desk: factories.Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    for user in (desk.researcher, desk.editor, desk.chief, desk.auditor):
        assert as_user(user, "de").get(change(claim)).status_code == 200
