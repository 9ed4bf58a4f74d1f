import { type Concern, risks } from '../../words/risk.ts';
import type { Change } from '../change.ts';

/** What a reviewer should think of, the worst first, each sentence once; ordinary things only if there is nothing else. */
export const concernsByRisk = ({ concerns }: Pick<Change, 'concerns'>): Concern[] => {
  const distinct = [...new Map(concerns.map((found) => [found.because, found])).values()];
  const weighty = distinct.filter(({ reason }) => reason !== 'New' && reason !== 'Changed');

  return (weighty.length > 0 ? weighty : distinct).sort((a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk));
};
