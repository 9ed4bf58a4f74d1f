import fc from 'fast-check';
import { seed } from './cases.ts';

// For every property, whether or not it says so: a file that forgets it would have cases of its own in every run.
fc.configureGlobal({ seed });
