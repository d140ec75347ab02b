"""Where a text can stand: the name a template asks for, and what the editor sees."""

NAMES = [
    ("registration-guide", "Регистрация: порядок действий (справа от формы)"),
    ("invitation-guide", "Приглашение: порядок действий (справа от формы)"),
    ("sign-in-guide", "Вход: что умеет личный кабинет (справа от формы)"),
    ("second-step-guide", "Второй шаг входа: чем подтвердить (справа от формы)"),
    ("contacts-general", "Контакты: общая контактная информация"),
    ("footer-feedback", "Подвал: адрес для замечаний и предложений"),
    ("footer-requirements", "Подвал: системные требования"),
]
