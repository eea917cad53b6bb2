"""Text in, spans out. Pure: no Django, no clock, no database."""

from claims.language.analysis import ANALYSER, Analysis, Sentence, analyse

__all__ = ["ANALYSER", "Analysis", "Sentence", "analyse"]
