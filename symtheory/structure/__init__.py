"""Structure of a task's table: reduced table, group behind it, symmetries."""
