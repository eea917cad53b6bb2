"""The Django project: its environment, settings and addresses. The application is `claims`."""
