"""How does what was decided reach people? Claim, render, send, settle."""
