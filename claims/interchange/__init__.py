"""Formats in and out. Pure: no clock, no database, no request.

Imports rules, language, vocabulary and errors; imported by services and everything above.
"""
