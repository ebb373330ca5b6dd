"""What is said when a profile cannot be read."""

from common.refusals import Refusal


class ProfileError(Refusal):
    """A value of a profile that no rule of this system can be."""

    def __init__(self, key: str, what: str):
        super().__init__(f"规则“{key}”有误：{what}")
        self.key = key
