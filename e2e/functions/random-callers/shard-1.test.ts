import { testRandomCallers } from '../../support/random-callers/random-callers';

testRandomCallers(1, __filename);
