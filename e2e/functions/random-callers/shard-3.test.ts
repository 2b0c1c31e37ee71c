import { testRandomCallers } from '../../support/random-callers/random-callers';

testRandomCallers(3, __filename);
