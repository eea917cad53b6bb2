"""What people open: the public pages and the desk."""
