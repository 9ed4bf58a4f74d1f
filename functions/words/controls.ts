/**
 * The controls that guard rails answer, by the short name of the norm. Titles are those of ISO/IEC 27001:2022 Annex A,
 * of the Regulation (EU) 2016/679, and of the modules of the BSI IT-Grundschutz-Kompendium, edition 2023.
 */
export const controls = {
  'ISO A.5.3': 'Segregation of duties',
  'ISO A.5.12': 'Classification of information',
  'ISO A.5.15': 'Access control',
  'ISO A.5.17': 'Authentication information',
  'ISO A.5.18': 'Access rights',
  'ISO A.5.33': 'Protection of records',
  'ISO A.8.2': 'Privileged access rights',
  'ISO A.8.3': 'Information access restriction',
  'ISO A.8.5': 'Secure authentication',
  'ISO A.8.6': 'Capacity management',
  'ISO A.8.9': 'Configuration management',
  'ISO A.8.12': 'Data leakage prevention',
  'ISO A.8.13': 'Information backup',
  'ISO A.8.19': 'Installation of software on operational systems',
  'ISO A.8.20': 'Networks security',
  'ISO A.8.22': 'Segregation of networks',
  'ISO A.8.24': 'Use of cryptography',
  'ISO A.8.31': 'Separation of development, test and production environments',
  'ISO A.8.32': 'Change management',
  'GDPR Art. 5(1)(f)': 'Integrity and confidentiality',
  'GDPR Art. 25': 'Data protection by design and by default',
  'GDPR Art. 32(1)(a)': 'Security of processing: pseudonymisation and encryption',
  'GDPR Art. 32(1)(b)':
    'Security of processing: ongoing confidentiality, integrity, availability and resilience of systems',
  'GDPR Art. 32(1)(c)': 'Security of processing: restoring availability and access after an incident',
  'BSI ORP.4': 'Identitäts- und Berechtigungsmanagement',
  'BSI CON.1': 'Kryptokonzept',
  'BSI CON.3': 'Datensicherungskonzept',
  'BSI OPS.1.1.3': 'Patch- und Änderungsmanagement',
  'BSI APP.4.3': 'Relationale Datenbanken',
  'BSI APP.4.4': 'Kubernetes',
  'BSI SYS.1.6': 'Containerisierung',
  'BSI NET.1.1': 'Netzarchitektur und -design',
} as const;

/** A control, by its number. */
export type Control = keyof typeof controls;
