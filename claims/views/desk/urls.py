"""The desk's addresses."""

from django.urls import path

from claims.views.desk import (
    articles,
    claims,
    decisions,
    fetches,
    intake,
    marking,
    queues,
    quotations,
    reader,
    reading,
    records,
    similar,
    transitions,
)

app_name = "desk"

urlpatterns = [
    path("", queues.home, name="home"),
    path("claims/", queues.claims, name="claims"),
    path("reviews/", queues.reviews, name="reviews"),
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", intake.take_in, name="take_in"),
    path("fetches/<uuid:fetch_id>/", fetches.fetch, name="fetch"),
    path("fetches/<uuid:fetch_id>/state/", fetches.fetch_state, name="fetch_state"),
    path("fetches/<uuid:fetch_id>/retry/", fetches.fetch_retry, name="fetch_retry"),
    path("articles/<int:article_id>/", articles.article, name="article"),
    path("articles/<int:article_id>/state/", reader.article_state, name="article_state"),
    path("articles/<int:article_id>/mark/", marking.mark, name="mark"),
    path("articles/<int:article_id>/similar/", similar.similar, name="similar"),
    path("articles/<int:article_id>/sentences/set-aside/", reader.set_aside, name="set_aside"),
    path("articles/<int:article_id>/sentences/bring-back/", reader.bring_back, name="bring_back"),
    path("articles/<int:article_id>/captures/<int:capture_id>/", intake.capture, name="capture"),
    path("articles/<int:article_id>/versions/<int:number>/confirm/", intake.confirm_text, name="confirm_text"),
    path("articles/<int:article_id>/versions/<int:number>/mend/", intake.mend, name="mend"),
    path("articles/<int:article_id>/changes/", decisions.changes, name="changes"),
    path("articles/<int:article_id>/appearances/", intake.link_appearance, name="link_appearance"),
    path("claims/<int:claim_id>/", claims.claim, name="claim"),
    path("claims/<int:claim_id>/history/", claims.history, name="history"),
    path("claims/<int:claim_id>/edit/", claims.edit, name="edit"),
    path("claims/<int:claim_id>/verdict/", claims.verdict, name="verdict"),
    path("claims/<int:claim_id>/texts/<slug:language>/", claims.text, name="text"),
    path("claims/<int:claim_id>/evidence/", claims.add_evidence, name="add_evidence"),
    path("claims/<int:claim_id>/evidence/<slug:key>/", claims.edit_evidence, name="evidence"),
    path("claims/<int:claim_id>/comments/", claims.comment, name="comment"),
    path("claims/<int:claim_id>/comments/<int:review_id>/resolve/", claims.resolve, name="resolve"),
    path("claims/<int:claim_id>/suggestions/", reading.suggest, name="suggest"),
    path("claims/<int:claim_id>/suggestions/<int:suggestion_id>/", reading.decide, name="decide"),
    path("claims/<int:claim_id>/read/", reading.read, name="read"),
    path("claims/<int:claim_id>/withholdings/", transitions.withhold, name="withhold"),
    path("claims/<int:claim_id>/withholdings/<int:withholding_id>/lift/", transitions.lift, name="lift"),
    path("claims/<int:claim_id>/anchors/<int:anchor_id>/", intake.confirm_anchor, name="confirm_anchor"),
    path("claims/<int:claim_id>/quotations/<int:quotation_id>/", quotations.quotation, name="quotation"),
    path("claims/<int:claim_id>/split/", quotations.split, name="split"),
    path("claims/<int:claim_id>/<slug:action>/", transitions.transition, name="transition"),
    path("erase/", transitions.erase, name="erase"),
    *(
        address
        for kind in (records.SPEAKERS, records.OUTLETS)
        for address in (
            path(f"{kind.code}s/", records.index, {"kind": kind}, name=f"{kind.code}s"),
            path(f"{kind.code}s/new/", records.new, {"kind": kind}, name=f"new_{kind.code}"),
            path(f"{kind.code}s/<int:record_id>/", records.record, {"kind": kind}, name=kind.code),
            path(f"{kind.code}s/<int:record_id>/edit/", records.edit, {"kind": kind}, name=f"edit_{kind.code}"),
            path(f"{kind.code}s/<int:record_id>/merge/", records.merge, {"kind": kind}, name=f"merge_{kind.code}"),
            path(f"{kind.code}s/<int:record_id>/part/", records.part, {"kind": kind}, name=f"part_{kind.code}"),
            path(
                f"{kind.code}s/<int:record_id>/history/", records.history, {"kind": kind}, name=f"history_{kind.code}"
            ),
        )
    ),
]
