"""Who is in work stands with the person from now on; written once for the jobs that there are."""

from django.db import migrations
from django.db.models import Min


def write(apps, schema_editor):
    Candidate = apps.get_model("candidates", "Candidate")
    present = apps.get_model("pipeline", "Employment")._base_manager.filter(state="started")
    for row in present.values("candidate").order_by().annotate(first=Min("started_on")).iterator():
        Candidate._base_manager.filter(pk=row["candidate"]).update(in_work_since=row["first"])


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0004_outcome_state"), ("candidates", "0004_in_work_since")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
