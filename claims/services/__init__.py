"""The one way to change anything, by desk stage.

Imports run people < ledger < records, intake, research, review, publication. The stages do not import each other;
they meet in ``ledger`` and in ``claims.composition``. Every service takes keywords only, asks permission, asks the
transition table and the gates, writes under the lock, and leaves its ledger entry in the same transaction.
"""
