import * as React from 'react';

/** Voicemails and mails: what came in, whether it was mailed, and what needs a person now. */
export const HistorySection: React.FC = () => null;
