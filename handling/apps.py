from django.apps import AppConfig


class HandlingConfig(AppConfig):
    name = "handling"
    verbose_name = "办理答复"

    def ready(self) -> None:
        # Models must be loaded before anything that registers can be.
        from handling.registrations import register_all  # noqa: PLC0415

        register_all()
