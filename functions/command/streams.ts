/** Where a command writes. */
export interface Streams {
  out: (text: string) => void;
  error: (text: string) => void;
  /** Whether what is written out is read on a terminal that shows colours. */
  colour: boolean;
}
