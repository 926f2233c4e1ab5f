"""dj-stripe's schema in one migration, for new databases: seconds instead of more than a minute."""
