from django.apps import AppConfig


class AssignmentConfig(AppConfig):
    name = "assignment"
    verbose_name = "交办"

    def ready(self) -> None:
        from assignment import registrations  # noqa: PLC0415 - models are ready only now

        registrations.register()
