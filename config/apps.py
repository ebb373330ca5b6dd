from celery.signals import task_failure
from django.apps import AppConfig
from django.core.checks import Tags, register


class SystemConfig(AppConfig):
    name = "config"
    verbose_name = "系统"

    def ready(self) -> None:
        from config import celery  # noqa: F401, PLC0415 - makes it the app that tasks belong to
        from config.checks import chinese_has_likeness, roles_are_apart  # noqa: PLC0415
        from config.failures import on_failure  # noqa: PLC0415

        task_failure.connect(on_failure)
        register(chinese_has_likeness, Tags.database)
        register(roles_are_apart, Tags.security, deploy=True)
