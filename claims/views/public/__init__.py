"""What everybody reads. Frozen things only: models come from ``claims.models.publications``, read from the public
database; no user, no session, no workbench table.
"""
