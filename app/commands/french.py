"""What click says on its own, in French: its messages carry no catalogue but English."""

from collections.abc import Mapping
from importlib import import_module

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types", "utils")

SENTENCES: Mapping[str, str] = {
    "Aborted!": "Interrompu.",
    "deprecated": "abandonné",
    "Options": "Options",
    "Positional arguments": "Arguments",
    "Commands": "Commandes",
    "Missing command.": "Il manque une commande.",
    "Value must be an iterable.": "Plusieurs valeurs sont attendues.",
    "Name '{name}' defined twice": "Le nom « {name} » est donné deux fois",
    "env var: {var}": "variable : {var}",
    "default: {default}": "par défaut : {default}",
    "(dynamic)": "(calculé)",
    "Do you want to continue?": "Continuer ?",
    "Confirm the action without prompting.": "Confirmer sans poser la question.",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "Show the version and exit.": "Afficher la version.",
    "Show this message and exit.": "Afficher cette aide.",
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "Voir « {command} {option} ».",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing {param_type}": "Il manque : {param_type}",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "No such option {name!r}.": "L'option {name!r} n'existe pas.",
    "No such command {name!r}.": "La commande {name!r} n'existe pas.",
    "unknown error": "erreur inconnue",
    "Could not open file {filename!r}: {message}": "Le fichier {filename!r} ne peut pas être ouvert.",
    "Usage:": "Usage :",
    "Invalid start character for option ({option})": "Une option commence par un tiret ({option})",
    "Argument {name!r} takes {nargs} values.": "L'argument {name!r} attend {nargs} valeurs.",
    "Option {name!r} does not take a value.": "L'option {name!r} n'attend pas de valeur.",
    "Repeat for confirmation": "Répétez pour confirmer",
    "Error: The two entered values do not match.": "Erreur : les deux saisies diffèrent.",
    "Error: invalid input": "Erreur : saisie refusée",
    "Unknown color {colour!r}": "Couleur inconnue : {colour!r}",
    "Press any key to continue...": "Appuyez sur une touche pour continuer…",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "Choice({choices})": "Choix ({choices})",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre de la forme attendue.",
    "{value} is not in the range {range}.": "{value} est hors de l'intervalle {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} n'est ni oui ni non ({states}).",
    "{value!r} is not a valid UUID.": "{value!r} n'est pas un UUID.",
    "file": "le fichier",
    "directory": "le dossier",
    "path": "le chemin",
    "{name} {filename!r} does not exist.": "{name} {filename!r} n'existe pas.",
    "{name} {filename!r} is a file.": "{name} {filename!r} est un fichier.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} est un dossier.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} n'est pas lisible.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} n'est pas modifiable.",
    "{name} {filename!r} is not executable.": "{name} {filename!r} n'est pas exécutable.",
    "Unknown standard stream '{name}'": "Flux inconnu : « {name} »",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "Takes {nargs} values but 1 was given.": "{nargs} valeurs attendues, 1 donnée.",
    "Takes {nargs} values but {len} were given.": "{nargs} valeurs attendues, {len} données.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire : {possibilities} ?)",
    "Option {name!r} requires an argument.": "L'option {name!r} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name!r} attend {nargs} valeurs.",
    "{value!r} is not {choice}.": "{value!r} n'est pas {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas l'un de {choices}.",
    "{value!r} does not match the format {format}.": "{value!r} n'a pas la forme {format}.",
    "{value!r} does not match the formats {formats}.": "{value!r} n'a aucune des formes {formats}.",
    "{len_type} values are required, but {len_value} was given.": "{len_type} valeurs attendues, {len_value} donnée.",
    "{len_type} values are required, but {len_value} were given.": "{len_type} valeurs attendues, {len_value} données.",
}


def speak_french() -> None:
    """Make click speak French: its modules look sentences up in ours (a test names any that is missing)."""
    for name in MODULES:
        module = import_module(f"click.{name}")
        for function, french in (("_", _sentence), ("ngettext", _counted)):
            if hasattr(module, function):
                setattr(module, function, french)


def _sentence(english: str) -> str:
    return SENTENCES.get(english, english)


def _counted(one: str, many: str, count: int) -> str:
    return _sentence(one if count < 2 else many)  # in French, zero is singular
