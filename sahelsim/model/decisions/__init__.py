"""Built-in policies, one file each; they propose orders and change nothing else."""
