"""What a command or a button does, as plain functions."""
