"""Pure decisions over frozen facts: no models, no database, no clock, no request."""
