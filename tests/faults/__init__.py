"""What happens when processes die, clocks jump, disks fill: real processes, real databases."""
