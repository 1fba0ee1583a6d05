"""An outcome is corrected, and a reserve list is used, along a table of its own: so its result is a state."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0003_reply_request")]

    operations = [migrations.RenameField("outcome", "result", "state")]
