"""Text and files in, findings out; then a verdict under a convention's terms."""
