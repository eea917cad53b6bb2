"""The fact-check workbench: claims, their evidence and verdicts, and what is published of them.

Imports run strictly downward: views, admin, templatetags, management -> forms -> filters -> services ->
composition, interchange -> models -> rules -> language -> vocabulary, errors.
"""
