"""What leaves the house: a model for the hub, answers for a leaderboard."""
