import { testRandomCallers } from '../../support/random-callers/random-callers';

testRandomCallers(4, __filename);
