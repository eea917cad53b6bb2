"""The admin: the desk's records as lists and forms, under the desk's own rules.

Imports run history, names, base < actions, whole < claims, records, ledger, people < members, requests < registered.
Whatever is saved here is saved by one call of a service. Nothing is imported here: the site itself lies in this
package and is made while Django imports it, and what registered before it was made would be lost.
"""
