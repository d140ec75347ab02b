"""A browser's and its device's names in words, out of what the browser says of itself."""

# the first that is found counts: browsers name those they resemble as well
BROWSERS = {
    "YaBrowser/": "Яндекс Браузер",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
PHONES = ("iPhone", "iPad", "Android")
UNKNOWN = "Неизвестное устройство"


def device_words(user_agent: str) -> str:
    """«Chrome, Windows»; what is not known is left out."""
    names = [_found(user_agent, BROWSERS), _found(user_agent, SYSTEMS)]
    return ", ".join(filter(None, names)) or UNKNOWN


def is_handheld(user_agent: str) -> bool:
    """Whether it is a telephone or a tablet."""
    return _found(user_agent, SYSTEMS) in PHONES


def _found(user_agent: str, names: dict[str, str]) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
