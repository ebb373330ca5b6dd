from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评价"

    def ready(self) -> None:
        from evaluation import registrations  # noqa: PLC0415 - models must be loaded first

        registrations.register()
