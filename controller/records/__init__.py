"""What the controller's database holds: tables and migrations, in SQL that SQLite and PostgreSQL share."""
