from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Thing",
            fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())],
            options={"db_table": "django_things"},
        ),
    ]
