"""What is told of a place, of an office, of everybody or in jest raises no alarm; the same words of somebody do."""

import pytest

from scanners.engine import scan
from scanners.findings import Level


def alarms(text: str) -> list[Level]:
    return [f.level for f in scan(text) if f.level is not Level.INFO]


@pytest.mark.parametrize(
    "text",
    [
        "Le standard de la MDPH est saturé depuis lundi.",  # what belongs to an office
        "Le CSAPA nous invite à ses portes ouvertes.",  # what it does with those who write
        "L'EHPAD prend deux apprentis en lingerie.",  # what it does of itself
        "DRSM fermée le lundi matin.",  # the same, in short
        "Bus 4 jusqu'à la clinique, puis à pied.",  # a landmark
        "Il est chef d'atelier dans un ESAT, paie en retard.",  # who runs it
        "La mairie commande ses bacs à fleurs à l'ESAT du canton.",  # who buys from it
        "Rappel : ne jamais écrire qu'une personne est enceinte.",  # what must not be written of anybody
        "Formation des agents : que faire si un collègue fait un malaise.",  # what is learned
        "Atelier diabète : l'animatrice a eu un contretemps.",  # who leads it
        "Infiltrations du 2e au 4e, peinture à refaire.",  # a building told by its storeys
        "Coupures répétées, chute de tension sur la colonne montante.",  # the mains
        "Brancardier de nuit à la polyclinique, fiches de paie jointes.",  # who works nights
        "Porte forcée, fracture du bâti, devis du serrurier.",  # what is broken in a house
        "L'attestation est au nom de Grippon, avec deux P.",  # the letters of a name
        "Elle a légué sa maison à la Ligue contre le cancer.",  # who is given to
        "Ne jamais photocopier les ordonnances, on rend tout à la personne.",  # what is never done
        "Rappel du service à tous les référents : dans les fiches, pas de diagnostic.",
        "N'y inscrivez ni traitement ni compte rendu d'hospitalisation.",
        "Le budget du ménage se rétablit peu à peu.",  # what is no patient
        "Parts d'une SCI propriétaire des murs du cabinet dentaire.",  # who owns the walls
        "Salarié d'une clinique, il la poursuit aux prud'hommes.",  # who is employed by it
        "Elle intervient auprès d'adultes handicapés, trois contrats.",  # who works among them
        "Le tram n'est pas accessible aux fauteuils roulants.",  # what a public place has or lacks
        "Il donne des cours de langue des signes, statut à préciser.",  # who teaches it
        "Vue sur la rue, mauvaise vue sur le parking.",  # a view
        "Quota de salariés handicapés dépassé dans l'entreprise.",  # a share
        "La fiche pratique RQTH est en ligne.",  # a benefit's own page
        "La PCH se demande auprès de la MDPH.",  # how it is asked for
        "Les demandes d'AEEH sont instruites par un autre service.",  # what becomes of them all
        "La caisse rappelle que les arrêts de travail s'envoient en ligne.",  # a reminder to all
        "Le canton n'a plus de gynécologue ni de dentiste.",  # who is missing in a territory
        "CMP, CAARUD, ESAT : annuaire à refaire.",  # a list of places
        "Leur chien s'appelle Valium.",  # the name of a beast
        "Son groupe s'appelle Migraine, premier concert samedi.",  # the name of a band
        "Lettre type IVG 12 à archiver.",  # a number
        "Le commentaire ne doit comporter aucune maladie.",  # an instruction
        "Varicelle : voir la note de la crèche.",  # a heading
        "Le guichet « invalidité » est au premier étage.",  # a name between quotation marks
        "Ce contrat a besoin d'une perfusion de bon sens.",  # care of what cannot be cared for
        "Il faudrait un chirurgien pour recoller ce bail.",  # who would be needed to read it
        "Ce jargon leur donne des boutons.",  # what an affair gives
        "Sans réseau, nous sommes manchots.",  # what we are without a thing
        "La famille se saigne pour payer le loyer.",  # what one bleeds to pay
        "Quatrième justificatif demandé, c'est de l'acharnement thérapeutique.",  # what one says of a request
        "On se passe la facture comme une grippe.",  # likened to an illness
        "Le syndic nous a refait une poussée de fièvre.",  # what befalls an office
        "Le serveur a fait une crise de nerfs, saisie à recommencer.",  # a machine
        "BPCO, bureau des plaintes et contestations, porte B.",  # a sigle that is spelled out
        "Coupure de la ligne HTA par Enedis mardi.",  # the electric line
        "La fièvre monte dans l'immeuble dès qu'on parle de charges.",  # a quarrel
        "La sonde du ballon d'eau chaude est en panne.",  # a device's part
        "Impossible de scanner quoi que ce soit.",  # the verb
        "Le mot « ALD » est-il autorisé dans le commentaire ?",  # a word asked about
        "RDV de groupe devant la maternité, départ du minibus à 9 h.",  # a landmark
        "Arrêt de bus « CHU – Urgences », à deux pas.",  # a stop's name
        "Les locaux de l'ancienne maternité sont vides.",  # what is one no more
        "Prêt sur gage au CMP, 300 euros.",  # another institution
        "Remplacements de nuit en EHPAD comme veilleuse.",  # a job
        "Le plâtre du plafond tombe dans la chambre.",  # what falls from a ceiling
        "Ne rien écrire ici sur l'état de santé, ni cancer, ni dépression, ni handicap.",  # an instruction's end
        "Monsieur habite Angoisse, en Dordogne.",  # a town
        "La famille vient de L'Hôpital (57490).",  # a town and its postcode
        "3 ruelle du Puits, à Seringes-et-Nesles.",  # the end of a town's name
        "Le CHU loge ses stagiaires près de nos bureaux, grève jeudi.",  # a place for subject, of the world
        "La crèche de l'hôpital organise un vide-grenier.",  # what touches it
        "Les infirmières libérales sont en grève lundi.",  # a profession for subject
        "L'AAH dépend de la CAF.",  # what a benefit is for all
        "Pour les arrêts maladie, renvoyez vers le site.",  # what is told to all who ask
        "Toutes les femmes enceintes peuvent déclarer leur grossesse en ligne.",  # what a whole group may do
        "Des fauteuils roulants sont à disposition au fond du couloir.",  # what is lent to all
        "Gestation longue pour ce formulaire, enfin signé.",  # the pains of a thing
        "Hémorragie de 15 postes à la régie.",  # a loss that is counted
        "Elle est chargée de mission handicap, contrat à relire.",  # what one is in charge of
        "Le syndic a mis un pansement sur les charges.",  # what is laid on an expense
        "Rien ne nous immunise : pas de vaccin contre la paperasse.",  # what no vaccine is for
        "On les ampute de trois heures de ménage.",  # what a team is deprived of
        "Une bureaucratie myope et sourde.",  # twice an image
        "Une psychologue animera la soirée des parents.",  # who speaks in public
        "Ce report, c'est un pansement.",  # an aid too short
        "Fracture avec le bailleur depuis l'hiver.",  # a rift
        "Il pose des appareils auditifs pour une enseigne.",  # who sells it
        "Nous intervenons au CSAPA chaque mardi pour présenter nos ateliers.",  # where we go to speak
        "Ma Twingo est en fin de vie.",  # a car
        "L'arrêt de bus « dialyse » est à deux pas de la permanence.",  # a stop, whatever its name
        "La PCH est en panne, retour au gaz de ville.",  # what heats
        "Enfant confié à l'ASE, copie de l'ordonnance jointe.",  # a judge's
        "À transmettre à la MAS par la boîte dédiée du portail.",  # the caisse's own mission
        "« Cancer », « VIH » n'ont rien à faire ici.",  # words that have no place
        "Je ne mets plus de mot du genre malade.",  # words given as examples
        "Une lettre exige ce que l'autre refuse, c'est schizophrénique.",  # what contradicts itself
        "Accouchement difficile, mais le plan d'apurement est signé.",  # a paper's
        "ALD = « aide à la légalisation des documents » dans le courrier.",  # a sigle spelled in quotes
        "Diagnostic territorial : addictions et isolement en tête.",  # a share of everybody
        "Dossier de M. SPASME, carte à refaire, pièces reçues le 4, rien d'autre à dire.",  # a surname
    ],
)
def test_what_means_nobody_raises_no_alarm(text: str) -> None:
    assert not alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le délai de la MDPH pour sa fille dépasse un an.",
        "Le CMP nous a adressé Madame hier.",
        "L'hôpital nous demande de rouvrir ses droits.",
        "Bus jusqu'au CHU pour ses soins, trajet non remboursé.",
        "Ouvrier en ESAT, il demande la prime d'activité.",
        "La directrice de l'EHPAD réclame l'attestation de Madame.",
        "La demande de RQTH se fait attendre, il perd son poste.",
        "La caisse rappelle que les IJ de M. Blin sont suspendues.",
        "La commune manque de cardiologues, elle attend depuis un an.",
        "Carte de stationnement handicapé refusée, place au parking payante.",
        "Interprète LSF demandé pour Madame.",
        "L'infirmière ne vient plus le soir.",
        "Il faut une ordonnance pour les semelles.",
        "Le CMP propose un créneau en mai.",
        "La MDPH nous a fait savoir : taux inférieur à 50 %.",
        "La lettre de l'hôpital est arrivée ouverte.",
        "Un SSIAD intervient le matin, passer l'après-midi.",
        "L'AAH change de montant en janvier pour le couple.",
        "Pour l'AAH, voir avec sa sœur.",
        "La demande de place PMR de Monsieur est devant la mairie.",
        "Impossible de passer le scanner avant mai.",
        "Il est attendu à la maternité pour l'échographie de sa femme.",
        "Soigné à l'hôpital près de l'arrêt de bus.",
        "Demande de PCH et facture de gaz.",
        "Ordonnance du médecin jointe au dossier de l'ASE.",
        "Une place en MAS est demandée.",
        "Il dit des mots comme malade, il délire.",
        "Mme habite EHPAD Les Lilas.",  # a sigle is no town
        "Monsieur est à l'EHPAD (59000).",
        "Suivie à la Clinique (59000).",
        "Il habite Maison de retraite, à Douai.",
        "Il a une SLA, toujours pas de réponse de vos services.",  # what traps must not take with what they catch
        "Madame a une HTA, poste de travail aménagé.",
        "Demande de PCH en cours, la chaudière est en panne.",
        "Le juge l'a reçue. Ordonnance à renouveler.",
        "Monsieur est schizophrénique.",
        "La fièvre monte, immeuble mal chauffé.",
        "Ne pas noter l'adresse. Cancer du sein ou dépression.",
        "Convoquée pour scanner mardi.",
        "Tombée à l'arrêt de bus, fracture.",
        "Sortie du CHU hier.",
        "Dans le bus, urgences saturées, elle y va.",
        "Elle est suivie au CMP, prêt sur gage refusé.",
        "Pas venu au rdv, était malade.",  # a thing gone to is no subject
        "Absence justifiée aux ateliers : cure de sevrage.",  # whose absence it is
        "Travaux dans la cage d'escalier, deux infiltrations du genou.",
        "Chute de tension ce matin, elle est tombée.",
        "Il est suivi par la Ligue contre le cancer.",
        "Elle rend tout dès qu'elle mange.",
        "Fracture du bras en poussant la porte.",
        "SCI au nom de Monsieur, infirmier à domicile chaque jour.",
        "L'IME ferme en août, son fils sera à la maison.",  # whose place it is
        "Réunion d'équipe : une participante a fait un malaise.",  # one person, where all were told of
        "Pendant l'atelier, une dame s'est évanouie.",
        "Atelier du mardi : une personne est en dialyse.",
        "Réunion de service, ma collègue est en burn-out.",
    ],
)
def test_the_same_words_of_somebody_are_asked_about(text: str) -> None:
    assert alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "Elle vit à La Réunion, traitée pour un paludisme.",  # the island
        "Revient de La Réunion, enceinte.",
        "Le serveur du bar a fait un infarctus.",  # the waiter
        "Le serveur a fait un malaise, son patron l'a raccompagné.",
        "Le chien l'a mordu au mollet, plainte déposée.",  # a beast that harms
        "Le bus n'est pas équipé, elle se déplace en fauteuil roulant.",
        "Éducateur auprès d'enfants, son fils est autiste.",
        "Sa chienne est morte, elle prend du Xanax.",
        "Le bailleur a attendu, elle a fait une crise d'asthme.",
        "Son traitement lui donne des nausées.",
        "Pièces demandées deux fois, c'est un toxicomane.",
        "Réf. 2023-118, IVG faite le 4.",
        "Affichette remise, sa fille est asthmatique.",
        "Nouvelle procédure : elle est épileptique.",
        "Rougeole : le petit reste à l'écart de la crèche.",
        "Une transfusion tous les mois, donc absente.",
        "Les usagers doivent signer, celui-ci est non-voyant.",
        "Amputé des deux orteils, chaussures à payer.",
        "Père sourd et aveugle, fille présente.",
        "Circulaire reçue, cancer du sein.",
        "Épilepsie : inscription au permis refusée.",
        "Accouchement difficile, elle n'a pas pu signer.",
        "AVC, balnéothérapie, valise prête : il part lundi.",
        "Coupure du traitement, HTA mal suivie.",
        "La fièvre monte la nuit, l'enfant a 39.",
        "La sonde du malade a été changée.",
        "Mr BPCO, seul, pas de mutuelle.",  # no surname is spelled so
    ],
)
def test_the_same_company_hides_no_illness(text: str) -> None:
    assert Level.BLOQUANT in alarms(text)
