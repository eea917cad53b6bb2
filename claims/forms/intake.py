"""What is asked when an article is taken in: a copy of it, and what is known about where it stood; and its mending."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from claims.forms.edits import Address, LanguageTag, Line, PartialDate, Prose
from claims.forms.records import StandingChoice
from claims.language import encoding, extraction
from claims.models import Outlet

MEGABYTES = encoding.MAX_BYTES // 1_000_000

_TOO_LARGE = _(
    "This is more than %(limit)s MB, which is no article. Save the page without its pictures, or paste its text."
)
_MARKUP = re.compile(r"<[A-Za-z/!]")


@dataclass(frozen=True)
class Copy:
    """The bytes of one copy, and what was said about their kind; nothing where the bytes have to show it."""

    raw: bytes
    content_type: str


class TakeInForm(forms.Form):
    """One copy: pasted, as a file, or the address alone, from which it is fetched then.

    The rest may stay empty: what the copy says of itself fills it.
    """

    url = Address(
        label=_("Address"),
        help_text=_("Alone, the page is fetched from there. With a copy below, it says where the copy stood."),
    )
    pasted = Prose(limit=encoding.MAX_BYTES, rows=12, label=_("Or paste the article"))
    file = forms.FileField(label=_("Or choose a file"), required=False, max_length=1000)
    title = Line(limit=500, label=_("Title"), help_text=_("Where it is left empty, the copy's own title."))
    outlet = StandingChoice(Outlet, required=False, label=_("Outlet"), empty_label=_("not known"))
    new_outlet = Line(limit=200, label=_("Or name a new outlet"))
    language = LanguageTag(
        label=_("Language"), help_text=_("A short tag, such as de or en. Where it is left empty, it is detected.")
    )
    published = PartialDate(label=_("Published"), help_text=_("As far as it is known: 2025, 2025-03 or 2025-03-19."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs["accept"] = ".html,.htm,.xhtml,.txt,text/html,text/plain"
        self.fields["url"].validators.append(URLValidator(schemes=["http", "https"]))  # type: ignore[attr-defined]

    def clean_pasted(self) -> str:
        pasted: str = self.cleaned_data["pasted"]
        if len(pasted.encode()) > encoding.MAX_BYTES:
            raise forms.ValidationError(_TOO_LARGE, params={"limit": MEGABYTES})
        return pasted

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > encoding.MAX_BYTES:
            raise forms.ValidationError(_TOO_LARGE, params={"limit": MEGABYTES})
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.has_error("pasted") and not self.has_error("file"):
            if values.get("pasted") and values.get("file"):
                self.add_error("file", _("Paste the article or choose a file, one of the two."))
            elif not (values.get("pasted") or values.get("file") or values.get("url") or self.has_error("url")):
                self.add_error("url", _("Give the article's address, paste its text, or choose its file."))
        if values.get("outlet") and values.get("new_outlet"):
            self.add_error("new_outlet", _("Choose an outlet or name a new one, one of the two."))
        return values

    @property
    def is_address_alone(self) -> bool:
        """Whether the copy is still to be fetched."""
        return not self.cleaned_data.get("pasted") and not self.cleaned_data.get("file")

    @property
    def about(self) -> dict[str, Any]:
        """What is known of the article beside its copy, as plain values; nothing that was left empty."""
        names = ("title", "new_outlet", "language", "published")
        known = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        outlet: Outlet | None = self.cleaned_data["outlet"]
        return known if outlet is None else {**known, "outlet": outlet.pk}

    @property
    def copy(self) -> Copy:
        """What came in, once the form is valid."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            pasted: str = self.cleaned_data["pasted"]
            return Copy(pasted.encode(), "" if _MARKUP.search(pasted) else "text/plain")
        return Copy(file.read(), _declared(file))

    def refuse(self, sentence: str, field: str = "") -> None:
        """Puts the reason beside the field it is about, else beside the copy."""
        came_by = "file" if self.cleaned_data.get("file") else "url" if self.is_address_alone else "pasted"
        self.add_error(field if field in self.fields else came_by, sentence)


def _declared(file: UploadedFile) -> str:
    """The kind of the file as the browser says it, with the character encoding if it says one."""
    kind = file.content_type or ""
    charset = file.charset or ""
    if isinstance(charset, bytes):  # as Django's parser of forms hands it over
        charset = charset.decode("ascii", "replace")
    return (f"{kind}; charset={charset}" if charset else kind)[:200]


class MendForm(forms.Form):
    """The whole text as it should be."""

    text = Prose(limit=extraction.MAX_CHARACTERS, rows=24, label=_("The text"))

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            raise forms.ValidationError(_("There is no text left."))
        return text
