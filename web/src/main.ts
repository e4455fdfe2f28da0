/** Starts the page. */
import { mount } from 'svelte';
import App from './app/App.svelte';
import './shared/theme.css';
import './shared/controls.css';
import { i18n } from './shared/i18n.svelte';

document.documentElement.lang = i18n.language;
const target = document.getElementById('app');
if (target) mount(App, { target });
// Letters are there in any typeface; ours need not hold up the first of them.
void import('./shared/typeface.css');
