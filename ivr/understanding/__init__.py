"""From words to meaning: services, places, numbers, answers, commands. Pure: text and a city in, values out."""
