"""The end of a convention's data: what goes, what stays and why, and a proof that anyone can check."""
