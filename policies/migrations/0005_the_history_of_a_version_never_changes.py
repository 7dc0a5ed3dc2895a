"""What was done to a version stays on record as it was done."""

from django.db import migrations

CREATE = """
CREATE TRIGGER version_events_never_change BEFORE UPDATE OR DELETE ON policies_versionevent
    FOR EACH STATEMENT EXECUTE FUNCTION policies_never_changes('Steps of a version');
"""

DROP = "DROP TRIGGER version_events_never_change ON policies_versionevent;"


class Migration(migrations.Migration):
    dependencies = [("policies", "0004_the_life_of_a_version")]

    operations = [migrations.RunSQL(CREATE, DROP)]
