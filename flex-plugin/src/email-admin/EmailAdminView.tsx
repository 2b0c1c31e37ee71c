import * as React from 'react';
import { HistorySection } from './history/HistorySection';

/** The supervisors' panel: is it on, who gets it, did it arrive. */
export const EmailAdminView: React.FC = () => <HistorySection />;
