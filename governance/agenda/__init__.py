"""What awaits each person, and what is dated: told by every package, shown on one page, one feed and one mail."""
