print("cinecor")
