from django.db import models


class Thing(models.Model):
    name = models.TextField()

    class Meta:
        db_table = "django_things"
