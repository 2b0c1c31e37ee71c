import * as React from 'react';
import { render } from 'react-dom';
import { createClient } from './api/client';
import { App } from './app';

render(<App client={createClient()} />, document.getElementById('root'));
