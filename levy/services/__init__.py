"""The verbs and figures of the levy room."""
