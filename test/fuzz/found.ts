import type { Mode } from './world';

/**
 * Sequences that once lost a mark, or showed a wrong one, in their shortest form: the mode, then the steps with the numbers that
 * their choices follow from.
 */
export const FOUND: Readonly<Record<string, readonly [mode: Mode, steps: string]>> = {
  'an AI edit in a file that was moved without its sidecar, before that was committed': [
    'hook',
    'rename 1564253681, accept 788567654, type 66503327',
  ],
  'the same with another edit beside it': ['hook', 'rename 1460342186, accept 538499190, accept 2057670820'],
  'a branch with changes of its own under the same text as an earlier save': [
    'hook',
    'accept 916090187, commitSources 1614973798, type 401847484, branch 1617990684, type 1224051921, drop 76050842',
  ],
  'a merge of first marks on one side into a file that the other side renamed': [
    'hook',
    'accept 2059664559, rename 488623891, commitSources 1889881651, branch 941071898, accept 538563328, switchBranch 874141911, merge 565764276',
  ],
  'a merge in which git takes the folder of the sidecars for renamed': [
    'hook',
    'rename 1683626971, accept 801144761, commitFile 997904745, branch 579609247, merge 660103128',
  ],
  'a squash of first marks into a file that was renamed here': [
    'hook',
    'accept 804586801, commitTracked 546909918, branch 290414115, rename 775573578, squashHere 1174498712',
  ],
  'a rename that is committed before what was edited in the file besides': [
    'hook',
    'moveLines 64049747, rename 789838103, commitPart 768214292, accept 1795475021',
  ],
  'a rebase that stops, when the file had no sidecar at first': [
    'hook',
    'accept 356834162, commitTracked 727124253, split 306499550, accept 75723534, branch 2072694516, outside 1963699499, moveLines 1456996333, autosquash 2142439173, stagePart 1008041410',
  ],
  'a stash of first marks that comes back after the file was renamed': [
    'hook',
    'branch 1838013175, accept 151168381, stash 849786969, rename 1633762920, rebase 782066872, stashPop 1247715892, commitTracked 346485172',
  ],
  'a stash of first marks that comes back after somebody typed in the file meanwhile': [
    'hook',
    'branch 1838013175, accept 151168381, stash 849786969, type 2140776944, rebase 782066872, stashPop 1247715892, commitTracked 346485172',
  ],
  'a merge of first marks on both sides, one of which renamed the file': [
    'hook',
    'rename 650687904, branch 759094054, accept 708403730, switchBranch 2135176987, accept 1580162716, merge 92969260',
  ],
  'a rename that is picked onto new marks of the file, with a sync where the sidecar conflicts': [
    'hook',
    'splitOutside 1405594635, rename 2071036715, type 378267719, editCommits 390718295',
  ],
  'a conflict in which marked lines are kept and git takes the sidecar for renamed': [
    'hook',
    'splitOutside 1671341703, splitOutside 1083291555, reorder 1957082033',
  ],
  'two renames before a commit, with an AI edit between them': [
    'hook',
    'rename 1468034505, accept 1460650930, rename 1706789401',
  ],
  'a file that lost most of its lines, then was moved without its sidecar': [
    'hook',
    'moveFunction 175275554, accept 392521613, rename 1192592317',
  ],
  'a pick of marks into a file that HEAD has under another name, with a sync at the conflict': [
    'hook',
    'rename 687397540, type 1655044783, branch 1879454817, accept 1011629521, drop 1189353075',
  ],
  'a split that is put before the AI edit whose deletion mark moved with it': [
    'hook',
    'accept 1175771141, splitOutside 156135580, reorder 1994933231',
  ],
  'a file that was copied, edited and moved, so that git sees the copy as what it became': [
    'hook',
    'copy 2045689161, accept 698105565, rename 1321400381',
  ],
  'lines of a person that begin like the changed line below them': [
    'none',
    'type 345835612, type 89839935, commitSources 1690389285, branch 937367533',
  ],
  'a rebase in which git puts a new sidecar into a folder to which another file was renamed': [
    'hook',
    'branch 1913376125, moveFunction 356433584, accept 1695576454, switchBranch 230567535, rename 587199031, commitPart 1567724656, removeFile 561582402, commitAll 109308088, rebase 538195916',
  ],
  'a branch that is squashed and then merged, both times with conflicts in CRLF': [
    'hook',
    'autocrlf 1, rename 1831109792, removeFile 1490067145, branch 782289632, accept 2065726287, rename 514147196, switchBranch 1709962215, editCommits 218400834, squashHere 2037995062, merge 1660437799',
  ],
  'a stash of first marks whose sidecar was staged beside another text meanwhile': [
    'hook',
    'accept 570528571, stash 1883125932, commitAll 1288479995, type 1225980619, commitPart 1933686021, stashPop 2119921695, reset 1667829679',
  ],
  'lines of a person above a changed line, of which one has more words of that line than one': [
    'none',
    'accept 1594248935, type 1887497691, stagePart 864957966, commitPart 1797837811',
  ],
  'a stash of first marks with new files, whose sidecar git cannot bring back beside another one': [
    'hook',
    'accept 1010448663, stash 2106500787, accept 920438840, commitTracked 998176407, stashPop 75081909',
  ],
  'a merge in which git takes a removed sidecar for renamed and brings it the marks of the other side': [
    'hook',
    'splitOutside 1227311546, rename 1572906573, rename 377439179, accept 1071179912, splitOutside 1861801428, editCommits 29694853, branch 537666718, accept 608996358, merge 1397408981',
  ],
  'a deletion of which a commit and a sidecar tell, with lines of a person between the places': [
    'hook',
    'removeFile 963857113, accept 1186126124, splitOutside 398404533, type 380179181, drop 1078419730, type 2115983376, outside 1218355933',
  ],
  'lines that are staged still after their commit was taken back and an AI removed them': [
    'hook',
    'accept 447035735, commitPart 1292310002, reset 1215077024, rename 1153597539, indent 623525595, accept 89951914, commitPart 920378068',
  ],
  'a revert that brings lines back to a file whose sidecar git takes for renamed': [
    'hook',
    'splitOutside 1342839852, split 1349844729, revert 1227486784',
  ],
  'a stash of first marks that comes back after lines went out of the file and others came in': [
    'hook',
    'accept 1715044193, stash 392006786, moveFunction 461508723, moveFunction 1699130111, branch 1532109196, stashPop 1131045038',
  ],
  'a rebase in which both sides keep one deletion at another line': [
    'hook',
    'accept 461695253, splitOutside 253073948, splitOutside 2066825652, reorder 860179899',
  ],
  'a file that is kept in a conflict with its move, where git takes the sidecar along': [
    'hook',
    'rename 1267529889, intendToAdd 779365901, commitPart 501742220, editCommits 1761173212',
  ],
  'a file edited so much around its move that git sees none, whose sidecar went along': [
    'hook',
    'create 1689740900, branch 415819399, accept 1320426401, rename 257994281, outside 620191541',
  ],
  'a stash that comes back with a conflict after all marked lines of the file went to a new one': [
    'hook',
    'type 1181867039, stash 1199524747, rename 1366725401, commitTracked 721299156, stashPop 561295136, splitOutside 672037178, stashPop 1361278141',
  ],
  'first marks in a stash, in a repository that has CRLF, after other marks were committed': [
    'hook',
    'crlfInGit 1, accept 870509015, stash 916092044, accept 1908075973, commitAll 1700792280, stashPop 856463273',
  ],
  'a reorder in which no common ancestor of the sidecars is known, so that they have lines of both sides': [
    'hook',
    'accept 173677517, commitAll 503110221, accept 482715830, reorder 1202088627, outside 1696850411',
  ],
  'an edit without Taggant of a file whose sidecar has lines of both sides': [
    'hook',
    'intoFolder 375641478, splitOutside 1270430706, accept 1850237544, type 1603667382, editCommits 397780946, outside 1234031527, moveLines 1015332867',
  ],
  'a rename that a merge parts from the first sidecar of the file': [
    'hook',
    'rename 1044925435, commitFile 518714250, branch 1814371140, accept 1256849732, merge 1495906427, splitOutside 152958436, accept 680829976',
  ],
  'a stash that takes the folder of new sidecars for renamed, where nothing else conflicts': [
    'hook',
    'rename 1166037020, stash 1894512851, type 977961619, split 1581743460, commitAll 721756722, stashPop 629777224, editCommits 822487660',
  ],
  'a squash of a branch with merges of which HEAD knows one side, with a deletion': [
    'hook',
    'accept 1241087691, commitSources 2111406649, accept 585915931, branch 43755483, accept 2045784630, merge 141046672, switchBranch 1451297266, squashHere 1229806569',
  ],
  'a file that is kept at both paths in a conflict of two renames': [
    'hook',
    'rename 939181336, commitPart 1858569809, accept 1963818615, rename 1494098807, reorder 348012133, type 965969652',
  ],
  'half of a move that comes back from a stash and is committed alone': [
    'hook',
    'rename 1707985433, stash 552533016, stashPop 77313269, commitPart 1478173798, outside 1603821166',
  ],
  'a file that a revert brings back while its new name is not committed yet': [
    'hook',
    'accept 1078565158, commitAll 825682554, rename 1735116201, revert 1659661809',
  ],
  'a rebase that brings the first marks of one side to the name that the file had on the other': [
    'hook',
    'accept 2086580037, rename 815287017, commitAll 1577568142, branch 1359411216, rename 1975646729, merge 1707849050, editCommits 1345837299, rebase 1065423311',
  ],
  'a reorder that stops at a commit in which a deletion only went to another line, before the commit that made it':
    ['hook', 'accept 46414379, splitOutside 994337893, reorder 566864494'],
  'a stash of a removal whose sidecar, which git did not put away, tells of a text that is not there any more':
    ['hook', 'accept 2093457598, stash 345116189, rename 2105515878, splitOutside 1756903543'],
  'a stash that comes back to a file whose first sidecar went when it was renamed and edited': [
    'hook',
    'accept 1430734476, stash 1287219244, branch 1224661221, rename 1566257859, merge 556954406, stashPop 1458335897',
  ],
  'a split without Taggant after a squash by a forge has left the sidecar of another text': [
    'hook',
    'type 1956014999, commitPart 1629547506, branch 320958233, accept 1714612155, forgeSquash 892232383, splitOutside 1873035668',
  ],
  'a stash that comes back with a conflict on another branch and is dropped before the commit': [
    'hook',
    'accept 1226288057, moveFunction 885724507, commitAll 909800992, outside 2143898877, stash 960916325, branch 776257974, stashPop 1483086782',
  ],
  'a rebase in which both sides renamed a file after its first marks, and the name that it has here is kept':
    [
      'hook',
      'rename 1199164254, commitSources 475940784, branch 223582300, accept 954304761, branch 1155963021, editCommits 2126337676, rename 1954440515, rebase 2029980788',
    ],
  'the same, where the hook commits it': [
    'hook',
    'rename 1199164254, commitSources 475940784, branch 223582300, accept 954304761, branch 1155963021, editCommits 2126337676, rename 1954440515, rebase 245512901',
  ],
  'the same, where both names are kept': [
    'hook',
    'rename 1199164254, commitSources 475940784, branch 223582300, accept 954304761, branch 1155963021, editCommits 2126337676, rename 1954440515, rebase 95037252',
  ],
  'a part of a move that takes the line along in whose place an AI removed more, and leaves out the one that its mark went to':
    ['hook', 'accept 1197739585, moveLines 597502999, stagePart 1832396221, commitPart 1454389032'],
  'a part of a move across a moved block, so that marked lines of it stand in both places': [
    'hook',
    'moveLines 1173403783, moveLines 2139675351, commitPart 781971859',
  ],
  'a merge of a file into the name that it was given here, which the other side has given to a new one': [
    'hook',
    'branch 807815198, splitOutside 916373590, indent 1500730285, switchBranch 2081628946, accept 1921734144, squashHere 627301291, merge 765191434',
  ],
  'a split that is picked onto the AI edit after it, which git takes to the new file with the sidecar': [
    'hook',
    'accept 373920536, commitTracked 1758104168, shallow 185510637, splitOutside 1374319103, accept 1338700775, reorder 1101190304',
  ],
  'a squash in which git takes a new sidecar of HEAD along with its folder, to the name of another file there':
    [
      'hook',
      'branch 840830436, rename 1643261258, switchBranch 950002897, split 2039277821, squashHere 2023009353',
    ],
  'a merge of one removal that both sides have, whose line one of them moved to another file': [
    'hook',
    'accept 98383404, branch 348046784, amend 739510542, moveFunction 1076936201, merge 379953446',
  ],
  'a stash that comes back to a file whose first sidecar was staged after it and never committed, once it has another':
    [
      'hook',
      'accept 873122762, stash 1071941759, commitAll 1024012340, accept 1819403293, commitAll 952661704, stashPop 2051233270',
    ],
  'a part of a removal that is staged before the lines in its place are moved, beside a line changed without Taggant':
    [
      'hook',
      'branch 835098715, outside 1341901859, accept 789383094, stagePart 728081641, moveFunction 6814058, squashHere 430661518',
    ],
  'a file that is kept against its removal, after its first marks were picked without the text before them': [
    'hook',
    'accept 112674180, outside 1086920322, commitSources 1925100435, editCommits 1422739926, moveFunction 28822064, removeFile 631383753, drop 195684163',
  ],
  'a file that is edited without Taggant and moved with its sidecar, and opened before the move is staged': [
    'hook',
    'outside 1872653833, rename 290651266',
  ],
  'a sidecar that is committed before its new file, which stays when that commit is dropped': [
    'hook',
    'accept 1077096832, commitFile 758816971, editCommits 1643688721, rename 926166247, commitTracked 1114805049, reorder 371414642, drop 610994424',
  ],
  'a stash of first marks that comes back after the file was renamed, which is renamed once more before the commit':
    [
      'hook',
      'moveFunction 1510972875, branch 237101009, accept 2102791118, stash 620724702, rename 1425399163, amend 694421208, stashPop 979937412, rename 131807969',
    ],
  'a text that git brings back alone after the last marked line of the file, and so its sidecar, was removed in the editor':
    [
      'hook',
      'accept 1730429796, branch 1562304597, type 1967705107, rebase 1191324641, rename 1450681651, checkoutFile 1558820201',
    ],
  'a file that comes back alone out of a stash after it was moved with its sidecar': [
    'hook',
    'split 1145732607, splitOutside 568204258, outside 655311402, stash 200232897, rename 352434309, stashPop 1188986832',
  ],
  'lines that are staged without another change of the same save, of which a person then removed some': [
    'hook',
    'create 2126120492, outside 2066403886, accept 1919964877, stagePart 1342441487, type 1532304833, commitFile 1810638568',
  ],
  'a pick of first marks to the name that the file has there, before the commit that adds the name which their sidecar has':
    [
      'hook',
      'rename 1449859081, commitTracked 1573359946, commitAll 1766134263, accept 392989432, reorder 2059799620',
    ],
  'the same, where nothing is synchronised, and so only history tells of it': [
    'hook',
    'rename 1449859081, commitTracked 1573359946, commitAll 1766134263, accept 392989432, reorder 6',
  ],
  'marks of a commit that is reset after an edit without Taggant, in a file that has others': [
    'hook',
    'accept 943997493, accept 1700866432, commitSources 576039327, outside 2010460154, reset 1300410325, moveFunction 188576778',
  ],
  'a stash of first marks whose sidecar git cannot bring back beside another one, in a file that is edited before the commit':
    [
      'hook',
      'accept 1995605120, stash 2060337512, accept 1198482323, branch 800215070, stashPop 225985209, moveLines 1336475883',
    ],
  'a copy that no editor has seen, which git takes along to where the rest of its folder went': [
    'hook',
    'rename 252667898, commitSources 989318058, revert 1083527524, copy 784491846, revert 1575397391',
  ],
  'lines of a commit that a conflict was resolved with, in a rebase that picks that commit after it': [
    'hook',
    'accept 1069924931, commitSources 1537053574, type 1921461344, reorder 1021294856',
  ],
  "a change of a copy that git takes for one of the copy's source, in a rebase that picks it before the copy":
    [
      'hook',
      'rename 1643665507, commitSources 223641864, copy 1914061553, commitAll 2002418148, accept 1343875528, reorder 968061374',
    ],
  'a part of a line that was staged, saved with more and then edited without Taggant': [
    'hook',
    'accept 763222052, stagePart 1058276681, moveFunction 138683318, outside 580794954',
  ],
  'a deletion mark that lines are moved away from, merged with the branch that has it where it was': [
    'hook',
    'accept 376346038, branch 753978425, moveLines 1847839351, squash 829070146, merge 1901853918',
  ],
  'a sidecar that git takes for renamed to another one, in a rebase that goes on without a look at them': [
    'hook',
    'removeFile 1815335940, branch 887759232, rename 196372499, switchBranch 1127524796, rename 2050225206, accept 1673573114, rebase 93749700, moveFunction 841608049, reorder 945423812',
  ],
};
