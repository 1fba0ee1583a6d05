"""The forms of the room; what they ask becomes the keywords of a verb."""
