"""How does the whole thing look at work? An invented Cần Giờ of 2021, in a browser."""
