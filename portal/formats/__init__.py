"""How dates are written where a template says nothing: ДД.ММ.ГГГГ."""
